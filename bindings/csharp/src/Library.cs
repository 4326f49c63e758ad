using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;

namespace Robofy
{
    /// <summary>The loaded library: the file that ROBOFY_LIBRARY names, or else the one beside the program, or else, without one, the system's.</summary>
    internal sealed class Library
    {
        /// <summary>Loaded at the first use: an exception of a static constructor would hide in another one.</summary>
        private static readonly Lazy<Native> Loaded = new Lazy<Native>(Load);

        private readonly IntPtr handle;
        private readonly string file;

        private Library(IntPtr handle, string file)
        {
            this.handle = handle;
            this.file = file;
        }

        internal static Native Native => Loaded.Value;

        internal T Function<T>(string function) where T : class
        {
            IntPtr address = Symbol(handle, function);
            if (address == IntPtr.Zero)
                throw new EntryPointNotFoundException(file + " has no " + function);
            return (T)(object)Marshal.GetDelegateForFunctionPointer(address, typeof(T));
        }

        private static Native Load()
        {
            string[] files = Places(out string advice);
            var reasons = new List<string>();
            foreach (string file in files)
            {
                IntPtr handle = Open(file, out string reason);
                try
                {
                    if (handle != IntPtr.Zero)
                        return new Library(handle, file).Bind(advice);
                }
                catch (EntryPointNotFoundException missing)
                {
                    reason = missing.Message;
                }
                reasons.Add(reason);
            }
            throw new DllNotFoundException(string.Format(Native.CannotLoad, string.Join("; ", reasons), advice));
        }

        /// <summary>The files to try, and what to do where none of them can be used.</summary>
        private static string[] Places(out string advice)
        {
            string chosen = Environment.GetEnvironmentVariable(Native.Variable);
            string beside = Path.Combine(AppDomain.CurrentDomain.BaseDirectory, Native.Beside);
            bool isChosen = !string.IsNullOrEmpty(chosen), isBeside = File.Exists(beside);
            advice = isChosen ? Native.AdviceChosen : isBeside ? Native.AdviceBeside : Native.Advice;
            return isChosen ? new[] { chosen } : isBeside ? new[] { beside } : Native.SystemNames;
        }

        private Native Bind(string advice)
        {
            string found = Arguments.String(Function<Native.PointerFromNothing>("robofy_version")());
            if (Minor(found) != Minor(Native.PackageVersion))
                throw new DllNotFoundException(
                    string.Format(Native.CannotUse, file, found, Native.PackageVersion, advice));
            return new Native(this);
        }

        private static string Minor(string version) => string.Join(".", version.Split('.').Take(2));

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
                reason = error.Message.Replace('\n', ' ');
                return IntPtr.Zero;
            }
        }

        private static IntPtr Symbol(IntPtr library, string name) =>
            NativeLibrary.TryGetExport(library, name, out IntPtr address) ? address : IntPtr.Zero;
#else
        private const int RtldNow = 2;

        private static IntPtr Open(string name, out string reason)
        {
            IntPtr handle = dlopen(name, RtldNow);
            reason = handle == IntPtr.Zero ? Marshal.PtrToStringAnsi(dlerror()) : null;
            return handle;
        }

        private static IntPtr Symbol(IntPtr library, string name) => dlsym(library, name);

        [DllImport("libdl.so.2")]
        private static extern IntPtr dlopen(string name, int flags);

        [DllImport("libdl.so.2")]
        private static extern IntPtr dlsym(IntPtr library, string name);

        [DllImport("libdl.so.2")]
        private static extern IntPtr dlerror();
#endif
    }
}
