package io.hawser.keeper.registry;

import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;

/**
 * Takes back what a process of this machine left registered when it ended, so that nobody waits for the end of its
 * session. Only what is certainly a leftover goes: the process that holds the name is dead ({@link ProcessStamp}), and no
 * other has taken the name meanwhile.
 */
public final class Obituary {
    private Obituary() {}

    /**
     * Takes hold, registration and status of the instance away where its process has ended, and notes that it has.
     *
     * @param pid of the process that was seen to end; another one that goes by the name is left alone
     * @return false where there was nothing to take, or its process may be alive
     */
    public static boolean tell(CuratorFramework client, String service, String name, long pid) throws Exception {
        try {
            Holder holder = Holder.read(client, service, name);
            return ProcessStamp.isOf(holder.process(), pid) && holder.isDead() && remove(client, service, name, holder);
        } catch (KeeperException.NoNodeException | KeeperException.BadVersionException e) {
            // Its session ended, or the next process of that name was quicker.
            return false;
        }
    }

    /** Fails with {@link KeeperException.BadVersionException} where the name was taken since the holder was read. */
    static boolean remove(CuratorFramework client, String service, String name, Holder holder) throws Exception {
        client.transaction().forOperations(removal(client, service, name, holder));
        return true;
    }

    private static List<CuratorOp> removal(CuratorFramework client, String service, String name, Holder holder)
            throws Exception {
        String member = ZooKeeperPaths.member(service, name);
        boolean registered = isOf(holder, client, member);
        byte[] note = registered
                ? Departure.endNote(
                        Registration.fromJson(service, name, client.getData().forPath(member))
                                .incarnation())
                : holder.nameText().getBytes(StandardCharsets.UTF_8);
        List<CuratorOp> removal = new ArrayList<>();
        removal.add(client.transactionOp()
                .setData()
                .withVersion(holder.nameVersion())
                .forPath(ZooKeeperPaths.name(service, name), note));
        removal.add(client.transactionOp().delete().forPath(ZooKeeperPaths.holder(service, name)));
        if (registered) {
            removal.add(client.transactionOp().delete().forPath(member));
        }
        String status = ZooKeeperPaths.running(service, name);
        if (isOf(holder, client, status)) {
            removal.add(client.transactionOp().delete().forPath(status));
        }
        return removal;
    }

    private static boolean isOf(Holder holder, CuratorFramework client, String path) throws Exception {
        Stat stat = client.checkExists().forPath(path);
        return stat != null && stat.getEphemeralOwner() == holder.session();
    }
}
