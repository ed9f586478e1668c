"""The pages of the doors: the citizens', the staff's, second factors, one's own account, administrators' help."""
