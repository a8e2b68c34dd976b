"""The front desk of a university library: what a desk may do, and the program around it."""
