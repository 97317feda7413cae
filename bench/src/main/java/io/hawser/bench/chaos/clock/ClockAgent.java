package io.hawser.bench.chaos.clock;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.time.Clock;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Gives a service a {@link WrongClock}: the one place where a service takes its clock is changed as it is loaded. Libraries
 * and the JVM itself keep theirs.
 */
public final class ClockAgent {
    /** Where a service takes its clock. */
    private static final String HOST = "io/hawser/keeper/ServiceHost";

    private static final Pattern NAME = Pattern.compile(" --name ([a-z]+-[0-9]+)(?= |$)");
    private static final ClassDesc CLOCK = ClassDesc.of(Clock.class.getName());
    private static final String SYSTEM = "systemUTC";

    private ClockAgent() {}

    /** @param directory has a file for each instance whose clock is wrong, by its name */
    public static void premain(String directory, Instrumentation jvm) {
        Matcher name = NAME.matcher(System.getProperty("sun.java.command", ""));
        if (name.find()) {
            WrongClock.follow(Path.of(directory, name.group(1)));
            jvm.addTransformer(new Replacing());
        }
    }

    /** Writes what a JVM takes for an agent: its class is on the class path of every service. */
    public static void write(Path jar) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", ClockAgent.class.getName());
        try (OutputStream out = Files.newOutputStream(jar)) {
            new JarOutputStream(out, manifest).close();
        }
    }

    private static final class Replacing implements ClassFileTransformer {
        @Override
        public byte @Nullable [] transform(
                @Nullable ClassLoader loader,
                @Nullable String name,
                @Nullable Class<?> redefined,
                @Nullable ProtectionDomain domain,
                byte[] bytes) {
            return loader != null && HOST.equals(name) ? replaced(bytes, loader) : null;
        }
    }

    static byte[] replaced(byte[] bytes, ClassLoader loader) {
        var resolver =
                ClassHierarchyResolver.ofResourceParsing(loader).orElse(ClassHierarchyResolver.defaultResolver());
        ClassFile files = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(resolver));
        return files.transformClass(files.parse(bytes), ClassTransform.transformingMethodBodies(ClockAgent::replace));
    }

    private static void replace(CodeBuilder code, CodeElement element) {
        if (element instanceof InvokeInstruction call
                && call.owner().asSymbol().equals(CLOCK)
                && call.name().equalsString(SYSTEM)) {
            code.invokestatic(ClassDesc.of(WrongClock.class.getName()), SYSTEM, MethodTypeDesc.of(CLOCK));
        } else {
            code.with(element);
        }
    }
}
