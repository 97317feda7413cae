package io.hawser.keeper.registry;

import java.util.concurrent.CountDownLatch;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;

/** Ends sessions from outside, as ZooKeeper does when it has not heard of a client for too long. */
public final class Sessions {
    private Sessions() {}

    /** Joins the session by its id and password, and closes it: to the client it has expired. */
    public static void expire(CuratorFramework client) throws Exception {
        ZooKeeper own = client.getZookeeperClient().getZooKeeper();
        CountDownLatch joined = new CountDownLatch(1);
        Watcher watcher = event -> joined.countDown();
        String connect = client.getZookeeperClient().getCurrentConnectionString();
        ZooKeeper other = new ZooKeeper(connect, 10_000, watcher, own.getSessionId(), own.getSessionPasswd());
        joined.await();
        other.close();
    }
}
