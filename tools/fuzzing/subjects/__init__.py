"""What inputs there are, a file for each subject."""
