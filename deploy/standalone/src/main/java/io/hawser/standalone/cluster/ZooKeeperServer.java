package io.hawser.standalone.cluster;

import io.hawser.stores.EmbeddedZooKeeper;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** ZooKeeper in a process of its own, until SIGTERM. */
final class ZooKeeperServer {
    private ZooKeeperServer() {}

    /** Takes its directory and its port. */
    public static void main(String[] args) throws InterruptedException {
        EmbeddedZooKeeper server = EmbeddedZooKeeper.start(Path.of(args[0]), Integer.parseInt(args[1]));
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop"));
        System.out.println("ZooKeeper serves at " + server.connectString());
        new CountDownLatch(1).await();
    }
}
