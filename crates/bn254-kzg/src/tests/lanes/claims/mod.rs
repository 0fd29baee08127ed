mod field;
mod pairing;
mod tower;
