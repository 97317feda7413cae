package io.hawser.keeper.cli;

/** In which form a command writes: for people, or for programs. */
enum Form {
    TABLE,
    JSON
}
