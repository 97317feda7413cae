package io.hawser.keeper.cli;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;

/**
 * What is configured at a path.
 *
 * @param version counts the writes, from 0
 * @param modifiedAtMs by ZooKeeper's wall clock
 */
record Revision(String yaml, int version, long modifiedAtMs) {
    static Optional<Revision> read(CuratorFramework client, String path) throws Exception {
        try {
            Stat stat = new Stat();
            byte[] data = client.getData().storingStatIn(stat).forPath(path);
            return Optional.of(
                    new Revision(new String(data, StandardCharsets.UTF_8), stat.getVersion(), stat.getMtime()));
        } catch (KeeperException.NoNodeException e) {
            return Optional.empty();
        }
    }
}
