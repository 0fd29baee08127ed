mod bounds;
mod field;
mod msm;
mod pairing;
mod scalars;
mod square_root;
mod tower;
