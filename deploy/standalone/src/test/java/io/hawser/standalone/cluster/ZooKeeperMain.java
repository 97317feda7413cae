package io.hawser.standalone.cluster;

import io.hawser.stores.EmbeddedZooKeeper;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** ZooKeeper in a process of its own, which can be killed; prints where it answers. */
public final class ZooKeeperMain {
    private ZooKeeperMain() {}

    /** Takes its directory and its port. */
    public static void main(String[] args) throws Exception {
        var killed = new CountDownLatch(1);
        try (var zooKeeper = EmbeddedZooKeeper.start(Path.of(args[0]), Integer.parseInt(args[1]))) {
            System.out.println(zooKeeper.connectString());
            killed.await();
        }
    }
}
