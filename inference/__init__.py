"""The guarded road to the language model.

Nothing in Gatehouse needs it: without a model, answers are records and quoted sources.
"""
