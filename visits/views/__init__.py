"""The pages of planning and of the team's results."""
