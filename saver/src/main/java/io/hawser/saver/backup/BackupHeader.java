package io.hawser.saver.backup;

/**
 * What a backup begins with.
 *
 * @param schema version of the tables
 * @param takenMs wall clock: what was committed by then is in it
 */
record BackupHeader(String schema, long takenMs) {}
