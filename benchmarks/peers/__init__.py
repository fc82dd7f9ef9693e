"""Other libraries on the same story: a thing goes to and fro between two states, and a log says who
moved it. Each as its own documentation shows it, with a lock on the thing; run in an environment of
their own (requirements.txt), so that none of them is a library of the product.

What lies between the two marks is what their user writes, and is counted.
"""
