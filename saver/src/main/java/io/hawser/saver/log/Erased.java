package io.hawser.saver.log;

/**
 * What is left of a log that was erased.
 *
 * @param head all that was numbered up to here is gone from Redis, and from MySQL but for the requests
 * @param anything false: there was nothing
 */
public record Erased(long head, boolean anything) {}
