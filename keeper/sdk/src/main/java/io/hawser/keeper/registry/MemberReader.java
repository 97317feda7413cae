package io.hawser.keeper.registry;

import io.hawser.keeper.zookeeper.KeeperLoop;
import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.CuratorWatcher;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.data.Stat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the registrations of a service, each once: a watch on a node tells when what was read of it is void, and
 * ZooKeeper delivers that before it shows the change. So a change costs reads for what changed, however large the
 * service is. Loop only.
 */
final class MemberReader {
    private static final Logger LOG = LoggerFactory.getLogger(MemberReader.class);

    /**
     * @param zxid of the last change to the set of registrations
     */
    record Listing(long zxid, Map<String, Registration> members) {}

    private final CuratorFramework client;
    private final KeeperLoop loop;
    private final String service;
    private final Runnable onChange;
    private final CuratorWatcher childrenWatcher;
    private final Map<String, Registration> known = new HashMap<>();

    /** @param onChange called in the loop when it is time to read again */
    MemberReader(CuratorFramework client, KeeperLoop loop, String service, Runnable onChange) {
        this.client = client;
        this.loop = loop;
        this.service = service;
        this.onChange = onChange;
        this.childrenWatcher = event -> {
            if (event.getType() != EventType.None) {
                loop.execute(onChange);
            }
        };
    }

    /** Forgets all: the watches of a lost session tell nothing any more. */
    void forget() {
        known.clear();
    }

    Listing read() throws Exception {
        Stat stat = new Stat();
        List<String> names = children(stat);
        known.keySet().retainAll(names);
        for (String name : names) {
            if (!known.containsKey(name)) {
                readMember(name);
            }
        }
        return new Listing(stat.getPzxid(), Map.copyOf(known));
    }

    private List<String> children(Stat stat) throws Exception {
        String path = ZooKeeperPaths.members(service);
        try {
            return client.getChildren()
                    .storingStatIn(stat)
                    .usingWatcher(childrenWatcher)
                    .forPath(path);
        } catch (KeeperException.NoNodeException e) {
            NodeName.createUnlessThere(client, path);
            return client.getChildren()
                    .storingStatIn(stat)
                    .usingWatcher(childrenWatcher)
                    .forPath(path);
        }
    }

    private void readMember(String name) throws Exception {
        try {
            byte[] data = client.getData()
                    .usingWatcher((CuratorWatcher) event -> memberChanged(name, event.getType()))
                    .forPath(ZooKeeperPaths.member(service, name));
            known.put(name, Registration.fromJson(service, name, data));
        } catch (KeeperException.NoNodeException e) {
            LOG.debug("{} went while the list was read", name);
        } catch (IOException e) {
            LOG.error("The registration of {} cannot be read and is left out: {}", name, e.getMessage());
        }
    }

    private void memberChanged(String name, EventType type) {
        if (type != EventType.None) {
            loop.execute(() -> {
                known.remove(name);
                onChange.run();
            });
        }
    }
}
