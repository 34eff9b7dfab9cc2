"""Microsoft Teams: plain Activity JSON in, Adaptive Card JSON out, and one door of botbuilder between."""
