-- Who is entered in a listed segment; seats and lockers of a season, applied for and drawn.

CREATE TABLE member (
    subject VARCHAR NOT NULL PRIMARY KEY,
    segment VARCHAR NOT NULL,
    patron VARCHAR NOT NULL,
    entered_at VARCHAR NOT NULL,
    until VARCHAR,
    left_at VARCHAR
);
CREATE INDEX member_patron ON member (patron);
CREATE INDEX member_segment ON member (segment);

CREATE TABLE draw (
    subject VARCHAR NOT NULL PRIMARY KEY,
    season VARCHAR NOT NULL,
    thing VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    zone VARCHAR NOT NULL,
    many INTEGER NOT NULL,
    first VARCHAR NOT NULL,
    last VARCHAR NOT NULL,
    confirm_until VARCHAR NOT NULL,
    days INTEGER NOT NULL,
    unused INTEGER NOT NULL,
    segments VARCHAR NOT NULL,
    desk VARCHAR NOT NULL,
    opened_at VARCHAR NOT NULL,
    published_at VARCHAR,
    digest VARCHAR,
    seed_from VARCHAR,
    places VARCHAR,
    drawn_at VARCHAR,
    drawn_by VARCHAR,
    drawn_desk VARCHAR,
    seed VARCHAR
);
CREATE INDEX draw_zone ON draw (zone, last);

CREATE TABLE draw_line (
    subject VARCHAR NOT NULL,
    number VARCHAR NOT NULL,
    patron VARCHAR NOT NULL,
    rank INTEGER,
    place VARCHAR,
    PRIMARY KEY (subject, number)
);
CREATE INDEX draw_line_patron ON draw_line (subject, patron);
CREATE INDEX draw_line_place ON draw_line (subject) WHERE place IS NOT NULL;

CREATE TABLE application (
    subject VARCHAR NOT NULL PRIMARY KEY,
    draw VARCHAR NOT NULL,
    patron VARCHAR NOT NULL,
    applied_at VARCHAR NOT NULL,
    college VARCHAR,
    name VARCHAR,
    major VARCHAR,
    class VARCHAR,
    phone VARCHAR,
    reason VARCHAR,
    status VARCHAR NOT NULL,
    place VARCHAR,
    until VARCHAR,
    confirmed_at VARCHAR,
    ended_at VARCHAR,
    why VARCHAR
);
CREATE INDEX application_patron ON application (patron);
CREATE INDEX application_place ON application (draw, place);
CREATE INDEX application_offered ON application (until) WHERE status = 'offered';
