-- What of the things a reader was told to bring was received (收到材料).

ALTER TABLE request ADD COLUMN materials VARCHAR;
