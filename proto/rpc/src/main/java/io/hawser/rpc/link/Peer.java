package io.hawser.rpc.link;

/**
 * A live instance of a service.
 *
 * @param service its kind: "register"
 * @param name unique in the service, and kept over restarts: "register-1"
 * @param host where its {@link LinkServer} listens: an address or a name
 * @param incarnation tells this life of the instance from its earlier ones
 * @param zone where it stands; empty where there are no zones
 */
public record Peer(String service, String name, String host, int port, long incarnation, String zone) {
    @Override
    public String toString() {
        return name + "#" + incarnation + " at " + host + ":" + port;
    }
}
