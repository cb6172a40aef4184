// Time as the plant's clock shows it: midnights, tick marks and words, whatever zone the reader sits in.

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export class PlantTime {
  constructor(zone, locale) {
    this.locale = locale;
    this.zone = zone;
    this.offsets = new Map();
    this.formats = new Map();
    this.parts = new Intl.DateTimeFormat("en-US", {
      timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric",
      hour: "numeric", minute: "numeric", second: "numeric",
    });
  }

  // How far the plant's clock is ahead of UTC; asked once an hour of the plan.
  offset(ms) {
    const hour = Math.floor(ms / HOUR);
    if (!this.offsets.has(hour)) {
      const at = hour * HOUR;
      const p = Object.fromEntries(this.parts.formatToParts(at).map((part) => [part.type, Number(part.value)]));
      this.offsets.set(hour, Date.UTC(p.year, p.month - 1, p.day, p.hour, p.minute, p.second) - at);
    }
    return this.offsets.get(hour);
  }

  // A Date whose UTC fields read as the plant's clock.
  clock(ms) { return new Date(ms + this.offset(ms)); }

  fromClock(wall) {
    const guess = wall - this.offset(wall);
    return wall - this.offset(guess);
  }

  midnight(ms) { return this.fromClock(Math.floor((ms + this.offset(ms)) / DAY) * DAY); }

  // The midnight that lies so many days after the day of a moment.
  day(ms, days) { return this.fromClock(Math.floor((ms + this.offset(ms)) / DAY) * DAY + days * DAY); }

  monday(ms) { return this.day(ms, -((this.clock(ms).getUTCDay() + 6) % 7)); }

  month(ms, months = 0) {
    const at = this.clock(ms);
    return this.fromClock(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + months, 1));
  }

  isWeekend(ms) { return [0, 6].includes(this.clock(ms).getUTCDay()); }

  // ISO week number.
  week(ms) {
    const thursday = this.clock(this.day(this.monday(ms), 3));
    return 1 + Math.floor((thursday - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / DAY / 7);
  }

  format(ms, options) {
    const key = JSON.stringify(options);
    if (!this.formats.has(key)) {
      this.formats.set(key, new Intl.DateTimeFormat(this.locale, { timeZone: this.zone, hourCycle: "h23", ...options }));
    }
    return this.formats.get(key).format(ms);
  }

  hour(ms) { return this.format(ms, { hour: "2-digit", minute: "2-digit" }); }

  // "Mon 23 Nov", in Chinese "11月23日 周一".
  longDay(ms) {
    const weekday = this.format(ms, { weekday: "short" });
    const day = this.format(ms, { day: "numeric", month: "short" });
    return this.locale.startsWith("zh") ? `${day} ${weekday}` : `${weekday} ${day}`;
  }

  shortDay(ms) {
    const day = this.clock(ms).getUTCDate();
    const weekday = this.format(ms, { weekday: "short" });
    return this.locale.startsWith("zh") ? `${day}日 ${weekday}` : `${weekday} ${day}`;
  }

  monthName(ms) { return this.format(ms, { year: "numeric", month: "long" }); }

  moment(ms) { return `${this.longDay(ms)} ${this.hour(ms)}`; }

  // Written into the address: 2026-11-23T08:30 of the plant's clock.
  stamp(ms) { return this.clock(ms).toISOString().slice(0, 16); }

  unstamp(text) {
    const wall = Date.parse(`${text}:00Z`);
    return Number.isNaN(wall) ? null : this.fromClock(wall);
  }
}

const HOURS = [1, 2, 3, 6, 12];

// The two lines of the heading: what each unit is called, where it begins.
export function ticks(time, from, to, pixelsPerMs, weekWord) {
  const day = DAY * pixelsPerMs;
  if (day >= 250) {
    const step = HOURS.find((hours) => (day / 24) * hours >= 46) ?? 12;
    return { upper: days(time, from, to, (ms) => time.longDay(ms)), lower: hours(time, from, to, step) };
  }
  if (day >= 26) {
    const name = day >= 66 ? (ms) => time.shortDay(ms) : (ms) => String(time.clock(ms).getUTCDate());
    return { upper: weeks(time, from, to, (ms) => `${weekWord(time.week(ms))} · ${time.monthName(ms)}`), lower: days(time, from, to, name) };
  }
  return { upper: months(time, from, to), lower: weeks(time, from, to, (ms) => weekWord(time.week(ms))) };
}

function series(first, next, to, name) {
  const found = [];
  for (let at = first; at < to; at = next(at)) found.push({ at, end: next(at), text: name(at) });
  return found;
}

function hours(time, from, to, step) {
  const found = [];
  for (let day = time.midnight(from); day < to; day = time.day(day, 1)) {
    for (let hour = 0; hour < 24; hour += step) {
      const at = day + hour * HOUR;
      found.push({ at, end: at + step * HOUR, text: time.hour(at) });
    }
  }
  return found;
}

const days = (time, from, to, name) => series(time.midnight(from), (at) => time.day(at, 1), to, name);
const weeks = (time, from, to, name) => series(time.monday(from), (at) => time.day(at, 7), to, name);
const months = (time, from, to) => series(time.month(from), (at) => time.month(at, 1), to, (at) => time.monthName(at));

// "2 d 3 h", "45 min"; the words come from the page.
export function duration(minutes, words) {
  const whole = Math.round(minutes);
  if (whole < 60) return words.minutes.replace("{n}", whole);
  const inHours = Math.round(whole / 60);
  if (inHours < 48) {
    const rest = whole % 60;
    const text = words.hours.replace("{n}", Math.floor(whole / 60));
    return rest && whole < 600 ? `${text} ${words.minutes.replace("{n}", rest)}` : words.hours.replace("{n}", inHours);
  }
  const rest = inHours % 24;
  const text = words.days.replace("{n}", Math.floor(inHours / 24));
  return rest ? `${text} ${words.hours.replace("{n}", rest)}` : text;
}
