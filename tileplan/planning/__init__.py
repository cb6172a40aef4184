"""Demand, runs, plan versions and the Gantt."""
