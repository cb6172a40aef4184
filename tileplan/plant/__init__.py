"""Resources, calendars, rates and changeover rules."""
