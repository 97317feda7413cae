package io.hawser.keeper.registry;

import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.regex.Pattern;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;

/**
 * The name of an instance: the one that the operator gave, else the one that is remembered in the data directory, else a
 * new one. A new name's number is the version of a write to the service's node, which only grows; a name that was ever
 * used, given ones included, has a node of its own and is passed over. So no name is allotted twice.
 */
final class NodeName {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    private final CuratorFramework client;
    private final String service;

    NodeName(CuratorFramework client, String service) {
        this.client = client;
        this.service = service;
    }

    /**
     * Returns the name, its node made and, with a data directory, remembered there.
     *
     * @throws HawserException with INVALID_ARGUMENT when the given or remembered name has not the form of one
     */
    String settle(@Nullable String given, @Nullable Path dataDirectory) throws Exception {
        String known = given != null || dataDirectory == null ? given : remembered(dataDirectory);
        if (known == null) {
            return allot(dataDirectory);
        }
        if (!FORM.matcher(known).matches()) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    "name: " + known + " (expected: 1 to 64 of a-z, 0-9, '.', '_' and '-', a letter or digit first)");
        }
        createUnlessThere(client, ZooKeeperPaths.name(service, known));
        return known;
    }

    private String allot(@Nullable Path dataDirectory) throws Exception {
        createUnlessThere(client, ZooKeeperPaths.names(service));
        while (true) {
            String name = service + "-" + next();
            if (createUnlessThere(client, ZooKeeperPaths.name(service, name))) {
                remember(dataDirectory, name);
                return name;
            }
        }
    }

    private int next() throws Exception {
        return client.setData()
                .forPath(ZooKeeperPaths.names(service), new byte[0])
                .getVersion();
    }

    /** Returns false where the node was there; parents are made on the way, and all are empty. */
    static boolean createUnlessThere(CuratorFramework client, String path) throws Exception {
        try {
            client.create().creatingParentsIfNeeded().forPath(path, new byte[0]);
            return true;
        } catch (KeeperException.NodeExistsException e) {
            return false;
        }
    }

    private @Nullable String remembered(Path dataDirectory) throws IOException {
        Path file = file(dataDirectory);
        return Files.exists(file) ? Files.readString(file).strip() : null;
    }

    /** Written aside and moved into place, so that a crash leaves the whole name or none. */
    private void remember(@Nullable Path dataDirectory, String name) throws IOException {
        if (dataDirectory == null) {
            return;
        }
        Files.createDirectories(dataDirectory);
        Path aside = dataDirectory.resolve(service + ".name.new");
        Files.writeString(aside, name + "\n");
        Files.move(aside, file(dataDirectory), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path file(Path dataDirectory) {
        return dataDirectory.resolve(service + ".name");
    }
}
