package io.hawser.bench.swarm;

/**
 * Who a client is.
 *
 * @param user its name; also the client's id where the broker wants one
 * @param token what the room lets it in by; empty where nobody asks
 */
public record Member(String user, String token) {}
