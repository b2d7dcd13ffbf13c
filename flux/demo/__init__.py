"""A year of invented mail, so that a newcomer sees a full Flux in a minute.

People, shops without a brand of their own and numbers are invented; the layouts follow the structure of real shop and
carrier mail. The mail goes through the ordinary import and the ordinary definitions: nothing knows that it is a demo.
"""
