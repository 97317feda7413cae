package io.hawser.standalone.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** An agent of the tests as a jar, which is what a JVM takes. */
public final class AgentJar {
    private AgentJar() {}

    /**
     * Writes it.
     *
     * @param agent has the {@code premain}
     * @param others what it needs besides; of all, nested classes too
     */
    public static void write(Path jar, Class<?> agent, List<Class<?>> others) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", agent.getName());
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out, manifest)) {
            add(entries, agent);
            add(entries, MethodBodies.class);
            for (Class<?> other : others) {
                add(entries, other);
            }
        }
    }

    private static void add(JarOutputStream entries, Class<?> type) throws IOException {
        String path = type.getName().replace('.', '/') + ".class";
        entries.putNextEntry(new ZipEntry(path));
        try (InputStream in = type.getClassLoader().getResourceAsStream(path)) {
            if (in == null) {
                throw new IOException(path + ": not on the class path");
            }
            in.transferTo(entries);
        }
        entries.closeEntry();
        for (Class<?> nested : type.getDeclaredClasses()) {
            add(entries, nested);
        }
    }
}
