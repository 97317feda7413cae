package io.hawser.dispatcher;

import java.util.List;

/**
 * A room that takes clients.
 *
 * @param addresses "ip:port", at least one
 * @param free how many more connections it takes, at least one; of a busy room, fewer
 */
record LiveRoom(String zone, List<String> addresses, long free) {}
