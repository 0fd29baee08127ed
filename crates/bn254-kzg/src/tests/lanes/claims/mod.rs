mod bounds;
mod field;
mod msm;
mod pairing;
mod tower;
