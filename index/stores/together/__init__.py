"""What encoders have made of passages, shared by all over one library in PostgreSQL."""
