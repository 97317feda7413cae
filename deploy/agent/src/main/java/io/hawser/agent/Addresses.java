package io.hawser.agent;

/**
 * Where a process is reached, each {@code host:port}, or empty where it is not or nobody said.
 *
 * @param link by other services
 * @param clients by those it is there for: clients, back ends, or a store's users
 * @param admin for its admin pages
 */
public record Addresses(String link, String clients, String admin) {
    public static final Addresses UNKNOWN = new Addresses("", "", "");
}
