"""The middle between platforms and conversation: events taken in once, messages sent once, buttons, cards, accounts."""
