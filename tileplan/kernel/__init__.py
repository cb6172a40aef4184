"""What every slice rests on: database, errors, workflow, documents, numbers, units, money, clock, jobs."""
