"""The business: events, patrons, payments, waivers, money, refusals, roles. Imports nothing of ours."""
