"""What a look at a computer, a home and its settings finds, for whoever answers the telephone."""
