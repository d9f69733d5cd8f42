#![feature(test)]
