"""The domain: what a Quick Win is, and who may do what to it, when.

Read in this order: definition, guards, models, machine. Nothing here knows about HTTP,
templates, queues or mail.
"""
