using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;

namespace Robofy
{
    /// <summary>The loaded library: the file that ROBOFY_LIBRARY names, or else the one beside the package, or else the system's.</summary>
    internal static class Library
    {
        private static readonly bool IsMac = RuntimeInformation.IsOSPlatform(OSPlatform.OSX);
        private static readonly IntPtr Handle = Load();

        /// <summary>The function as a delegate, or an error that says what to do.</summary>
        internal static T Function<T>(string name) where T : class
        {
            IntPtr address = Symbol(Handle, name);
            if (address == IntPtr.Zero)
                throw new EntryPointNotFoundException(
                    "the robofy library that is loaded has no " + name +
                    ": install one of this package's version, or point ROBOFY_LIBRARY to the shared library");
            return (T)(object)Marshal.GetDelegateForFunctionPointer(address, typeof(T));
        }

        private static IntPtr Load()
        {
            string chosen = Environment.GetEnvironmentVariable("ROBOFY_LIBRARY");
            string plain = IsMac ? "librobofy.dylib" : "librobofy.so";
            string beside = Path.Combine(AppDomain.CurrentDomain.BaseDirectory, plain);
            var names = new List<string>();
            if (!string.IsNullOrEmpty(chosen))
                names.Add(chosen);
            else if (File.Exists(beside))
                names.Add(beside);
            else
                names.AddRange(IsMac ? new[] { plain } : new[] { "librobofy.so.0", plain });
            var reasons = new List<string>();
            foreach (string name in names)
            {
                string reason;
                IntPtr handle = Open(name, out reason);
                if (handle != IntPtr.Zero)
                    return handle;
                reasons.Add(reason);
            }
            throw new DllNotFoundException(
                "the robofy library cannot be loaded (" + string.Join("; ", reasons) + "): " +
                (string.IsNullOrEmpty(chosen)
                    ? "install it, or set ROBOFY_LIBRARY to the path of the shared library"
                    : "point ROBOFY_LIBRARY to the shared library"));
        }

#if NETCOREAPP3_0_OR_GREATER
        private static IntPtr Open(string name, out string reason)
        {
            reason = null;
            try
            {
                return NativeLibrary.Load(name);
            }
            catch (Exception error) when (error is DllNotFoundException || error is BadImageFormatException)
            {
                reason = error.Message;
                return IntPtr.Zero;
            }
        }

        private static IntPtr Symbol(IntPtr library, string name)
        {
            IntPtr address;
            return NativeLibrary.TryGetExport(library, name, out address) ? address : IntPtr.Zero;
        }
#else
        private const int RtldNow = 2;

        private static IntPtr Open(string name, out string reason)
        {
            IntPtr handle = dlopen(name, RtldNow);
            reason = handle == IntPtr.Zero ? Marshal.PtrToStringAnsi(dlerror()) : null;
            return handle;
        }

        private static IntPtr Symbol(IntPtr library, string name)
        {
            return dlsym(library, name);
        }

        [DllImport("libdl.so.2")]
        private static extern IntPtr dlopen(string name, int flags);

        [DllImport("libdl.so.2")]
        private static extern IntPtr dlsym(IntPtr library, string name);

        [DllImport("libdl.so.2")]
        private static extern IntPtr dlerror();
#endif
    }
}
