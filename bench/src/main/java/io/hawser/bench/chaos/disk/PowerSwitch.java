package io.hawser.bench.chaos.disk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * Cuts the power of a mounted ext4, as xfstests does: by {@code EXT4_IOC_SHUTDOWN} (Linux, {@code fs/ext4/ext4.h}) without
 * flushing its log. From then on nothing reaches the device, whatever the kernel had taken from who wrote it, and all that is
 * asked of the file system fails. It has to be mounted anew, which recovers its journal, as after a real one.
 */
final class PowerSwitch {
    /** {@code _IOR('X', 125, __u32)}, the same on x86-64 and arm64. */
    private static final long SHUTDOWN = 0x8004587DL;

    private static final int WITHOUT_FLUSHING_THE_LOG = 2;
    private static final int READ_ONLY = 0;
    private static final int FIXED_ARGUMENTS = 2;

    private final MethodHandle open;
    private final MethodHandle ioctl;
    private final MethodHandle close;

    PowerSwitch() {
        open = bind("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
        ioctl = bind("ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));
        close = bind("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle bind(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        MemorySegment function = linker.defaultLookup().find(name).orElseThrow();
        boolean isVariadic = descriptor.argumentLayouts().size() > FIXED_ARGUMENTS;
        return isVariadic
                ? linker.downcallHandle(function, descriptor, Linker.Option.firstVariadicArg(FIXED_ARGUMENTS))
                : linker.downcallHandle(function, descriptor);
    }

    /** @throws IOException where nothing is mounted there whose power can be cut */
    void cut(Path directory) throws IOException {
        int file = open(directory);
        if (file < 0) {
            throw new IOException(directory + ": cannot be opened");
        }
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment how = memory.allocateFrom(JAVA_INT, WITHOUT_FLUSHING_THE_LOG);
            if ((int) ioctl.invokeExact(file, SHUTDOWN, how) != 0) {
                throw new IOException(directory + ": its power cannot be cut (expected: an ext4, and root)");
            }
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("ioctl(" + directory + ")", e);
        } finally {
            close(file);
        }
    }

    private int open(Path directory) {
        try (Arena memory = Arena.ofConfined()) {
            return (int) open.invokeExact(memory.allocateFrom(directory.toString()), READ_ONLY, 0);
        } catch (Throwable e) {
            throw new IllegalStateException("open(" + directory + ")", e);
        }
    }

    private void close(int file) {
        try {
            var _ = (int) close.invokeExact(file);
        } catch (Throwable e) {
            throw new IllegalStateException("close(" + file + ")", e);
        }
    }
}
