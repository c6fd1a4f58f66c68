export default function Page() {
  return <main>Hello from {process.env.NEXT_PUBLIC_SITE_NAME ?? 'nowhere'}</main>;
}
