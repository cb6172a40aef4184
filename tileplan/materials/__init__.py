"""Raw materials, recipes, suppliers and material stock."""
