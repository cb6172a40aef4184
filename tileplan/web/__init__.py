"""What every page shares: access, forms, templating, errors, navigation."""
