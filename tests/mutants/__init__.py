"""Mutation runs over the machines of approval, trust and delivery: are the tests worth their green?"""
