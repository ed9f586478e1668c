"""city: what a city tells of itself and sets for itself: its public profile, office calendar and effective-dated legal figures.

Chief doors: city_profile, office_calendar, legal_figure. All of it is written by definitions; there is no other editor.
"""
