"""What government language says in several ways: alternatives to what a query's words say."""
