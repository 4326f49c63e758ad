package ai.robofy;

import com.sun.jna.Library;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Finds the library: the file that ROBOFY_LIBRARY names, or else the one beside the package, or else, without one, the
 * system's.
 */
final class Loader {
    private static final Map<String, Object> UTF_8 = Map.of(Library.OPTION_STRING_ENCODING, "UTF-8");

    private static boolean loaded;

    private Loader() {}

    /** Says at each use why there is no library: a static initializer would say it at the first alone. */
    static synchronized void load() {
        if (!loaded) {
            bind(places());
            loaded = true;
        }
    }

    private static void bind(Places places) {
        List<String> reasons = new ArrayList<>();
        for (String file : places.files) {
            String found;
            try {
                NativeLibrary library = NativeLibrary.getInstance(file, UTF_8);
                found = version(library);
                if (minor(found).equals(minor(Native.VERSION))) {
                    com.sun.jna.Native.register(Native.class, library);
                    return;
                }
            } catch (UnsatisfiedLinkError error) {
                reasons.add(reason(file, error));
                continue;
            }
            throw new UnsatisfiedLinkError(
                    String.format(Native.CANNOT_USE, file, found, Native.VERSION, places.advice));
        }
        throw new UnsatisfiedLinkError(
                String.format(Native.CANNOT_LOAD, String.join("; ", reasons), places.advice));
    }

    /** The files to try, and what to do where none of them can be used. */
    private record Places(List<String> files, String advice) {}

    private static Places places() {
        String chosen = System.getenv(Native.VARIABLE);
        if (chosen != null && !chosen.isEmpty()) {
            return new Places(List.of(chosen), Native.ADVICE_CHOSEN);
        }
        try {
            URI here = Loader.class.getProtectionDomain().getCodeSource().getLocation().toURI();
            Path beside = Path.of(here).resolveSibling(Native.BESIDE);
            if (Files.exists(beside)) {
                return new Places(List.of(beside.toString()), Native.ADVICE_BESIDE);
            }
        } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException inArchive) {
            // An archive in an archive, as of Spring Boot, has no file beside it.
        }
        return new Places(Native.SYSTEM, Native.ADVICE);
    }

    private static String version(NativeLibrary library) {
        Object found = library.getFunction("robofy_version").invoke(Pointer.class, new Object[0]);
        return Arguments.string((Pointer) found);
    }

    private static String minor(String version) {
        return version.replaceFirst("^(\\d+\\.\\d+).*", "$1");
    }

    /** JNA repeats the system's reason for each way of loading; most reasons name the file. */
    private static String reason(String file, UnsatisfiedLinkError error) {
        String[] lines = error.getMessage().split("\n");
        String first = lines[lines.length > 1 ? 1 : 0];
        return first.contains(file) ? first : file + ": " + first;
    }
}
