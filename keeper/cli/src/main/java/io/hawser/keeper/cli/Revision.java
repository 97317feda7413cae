package io.hawser.keeper.cli;

import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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

    /** Returns the YAML of each instance of the service that has one of its own, by the instance's name. */
    static Map<String, String> readInstances(CuratorFramework client, String service) throws Exception {
        Map<String, String> texts = new TreeMap<>();
        for (String name : children(client, ZooKeeperPaths.config(service))) {
            read(client, ZooKeeperPaths.config(service, name)).ifPresent(own -> texts.put(name, own.yaml()));
        }
        return texts;
    }

    private static List<String> children(CuratorFramework client, String path) throws Exception {
        try {
            return client.getChildren().forPath(path);
        } catch (KeeperException.NoNodeException e) {
            return List.of();
        }
    }
}
