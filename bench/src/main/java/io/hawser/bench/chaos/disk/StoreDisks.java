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

    private final Map<String, StoreDisk> mounted = new TreeMap<>();
    private final Thread atExit = new Thread(this::unmount, "disks");

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
        return mount(all, wanted -> MemoryDisk.mount(wanted.directory(), wanted.mebibytes()));
    }

    /** @param images a directory for the files in which they are, which are as large as what is written to them */
    public static StoreDisks onLoopDevices(Path images, List<Wanted> all) {
        return mount(all, wanted -> {
            Files.createDirectories(images);
            return LoopDisk.mount(Mark.own().in(images, wanted.store()), wanted.directory(), wanted.mebibytes());
        });
    }

    /** How one comes to be. */
    private interface Mounting {
        StoreDisk mount(Wanted wanted) throws IOException;
    }

    private static StoreDisks mount(List<Wanted> all, Mounting mounting) {
        StoreDisks disks = new StoreDisks();
        try {
            for (Wanted wanted : all) {
                Files.createDirectories(wanted.directory());
                disks.mounted.put(wanted.store(), mounting.mount(wanted));
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

    /** Whether this process may mount any in memory. */
    public static boolean arePossible() {
        try {
            Path probe = Files.createTempDirectory("hawser-disk");
            try {
                MemoryDisk.mount(probe, PROBE_MEBIBYTES).unmount();
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
    public boolean has(String store) {
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
        for (String store : mounted.keySet()) {
            try {
                empty(store);
            } catch (IOException e) {
                throw new BenchException("the disk of " + store + " cannot be emptied: " + e.getMessage(), e);
            }
        }
    }

    /** What is on them now stays on those that can lose their power. */
    public void sync() {
        mounted.values().forEach(disk -> {
            if (disk instanceof LoopDisk loop) {
                loop.sync();
            }
        });
    }

    /** What was written to the store's disk and not synced never reaches it, nor what is written from now on. */
    public void cutPower(String store) throws IOException {
        losesPower(store).cutPower();
    }

    /** When the store has ended: its disk is there again. */
    public void restorePower(String store) {
        losesPower(store).restorePower();
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
        unmount();
    }

    private StoreDisk of(String store) {
        StoreDisk disk = mounted.get(store);
        if (disk == null) {
            throw new BenchException(store + ": no disk of its own (expected: one)");
        }
        return disk;
    }

    private synchronized void unmount() {
        List<StoreDisk> all = new ArrayList<>(mounted.values());
        mounted.clear();
        all.forEach(StoreDisk::unmount);
    }
}
