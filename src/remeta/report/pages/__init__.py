"""What people read: a report for each paper, and the scoreboard of all claims."""
