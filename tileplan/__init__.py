"""tileplan: orders, plan and work orders of a ceramic tile plant."""
