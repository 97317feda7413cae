package io.hawser.bench.chaos.disk;

import io.hawser.bench.measure.BenchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Disks of the stores' own, mounted where each has its data (Linux, and who may mount there): they can be filled, and those on
 * loop devices lose their power. They last as long as this, so what is on them is gone afterwards.
 */
public final class StoreDisks implements AutoCloseable {
    private static final int PROBE_MEBIBYTES = 1;

    /** Mounted, or about to be. */
    private final Map<String, StoreDisk> mounted = new TreeMap<>();

    private final Thread atExit = new Thread(this::end, "disks");
    private boolean ended;

    /**
     * One that is asked for.
     *
     * @param store the name of its process
     * @param directory where that has its data
     */
    public record Wanted(String store, Path directory, int mebibytes) {}

    private StoreDisks() {
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** None: stores keep their data where the cluster has it. */
    public static StoreDisks none() {
        return new StoreDisks();
    }

    /** In memory, which is all that it takes to fill them. */
    public static StoreDisks inMemory(List<Wanted> all) {
        return mount(all, wanted -> new MemoryDisk(wanted.directory(), wanted.mebibytes()));
    }

    /** @param images a directory for the files in which they are, which are as large as what is written to them */
    public static StoreDisks onLoopDevices(Path images, List<Wanted> all) {
        return mount(all, wanted -> {
            Files.createDirectories(images);
            return LoopDisk.make(Mark.own().in(images, wanted.store()), wanted.directory(), wanted.mebibytes());
        });
    }

    /** How one comes to be, not mounted yet. */
    private interface Making {
        StoreDisk make(Wanted wanted) throws IOException;
    }

    private static StoreDisks mount(List<Wanted> all, Making making) {
        StoreDisks disks = new StoreDisks();
        try {
            for (Wanted wanted : all) {
                Files.createDirectories(wanted.directory());
                disks.mount(wanted.store(), making.make(wanted));
            }
            return disks;
        } catch (IOException e) {
            disks.close();
            throw new BenchException("a store has no disk: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            disks.close();
            throw e;
        }
    }

    /** What the end of this process has begun to unmount, it does not mount again. */
    synchronized void mount(String store, StoreDisk disk) {
        if (ended) {
            throw new BenchException(store + ": its disk is not mounted, as this process ends");
        }
        mounted.put(store, disk);
        disk.mount();
    }

    /** Whether this process may mount any in memory. */
    public static boolean arePossible() {
        try {
            Path probe = Files.createTempDirectory("hawser-disk");
            try {
                MemoryDisk disk = new MemoryDisk(probe, PROBE_MEBIBYTES);
                disk.mount();
                disk.unmount();
                return true;
            } finally {
                Files.delete(probe);
            }
        } catch (IOException | BenchException no) {
            return false;
        }
    }

    /** Whether it may mount any on a loop device, and cut their power. */
    public static boolean canLosePower() {
        return LoopDisk.isPossible();
    }

    /** Unmounts those of runs that were killed; returns where they were. */
    public static List<Path> removeLeftovers() {
        return Mark.leftBehind().stream().filter(Commands::unmountLazily).toList();
    }

    /** Whether the store has one. */
    public synchronized boolean has(String store) {
        return mounted.containsKey(store);
    }

    /** Takes all that is free on the store's disk. */
    public void fill(String store) throws IOException {
        Ballast.fill(of(store).directory());
    }

    /** Gives it back. */
    public void empty(String store) throws IOException {
        Ballast.remove(of(store).directory());
    }

    public void emptyAll() {
        for (String store : stores()) {
            try {
                empty(store);
            } catch (IOException e) {
                throw new BenchException("the disk of " + store + " cannot be emptied: " + e.getMessage(), e);
            }
        }
    }

    /** What is on them now stays on those that can lose their power. */
    public void sync() {
        stores().forEach(store -> {
            if (of(store) instanceof LoopDisk loop) {
                loop.sync();
            }
        });
    }

    /** Where what was on those that can lose their power is afterwards: for each, a command that mounts it. */
    public List<String> mountCommands() {
        List<String> commands = new ArrayList<>();
        for (String store : stores()) {
            if (of(store) instanceof LoopDisk loop) {
                commands.add(loop.mountCommand());
            }
        }
        return commands;
    }

    private synchronized List<String> stores() {
        return List.copyOf(mounted.keySet());
    }

    /** What was written to the store's disk and not synced never reaches it, nor what is written from now on. */
    public void cutPower(String store) throws IOException {
        losesPower(store).cutPower();
    }

    /** When the store has ended: its disk is there again. */
    public void restorePower(String store) {
        LoopDisk disk = losesPower(store);
        disk.awaitUnused();
        mount(store, disk);
    }

    private LoopDisk losesPower(String store) {
        if (of(store) instanceof LoopDisk loop) {
            return loop;
        }
        throw new BenchException(store + ": a disk in memory (expected: one on a loop device)");
    }

    /** When nobody uses them any more. */
    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        end();
    }

    private synchronized StoreDisk of(String store) {
        StoreDisk disk = mounted.get(store);
        if (disk == null) {
            throw new BenchException(store + ": no disk of its own (expected: one)");
        }
        return disk;
    }

    /** For good, also while somebody else is about to mount one. */
    synchronized void end() {
        ended = true;
        List<StoreDisk> all = new ArrayList<>(mounted.values());
        mounted.clear();
        all.forEach(StoreDisk::unmount);
    }
}
