import { VERSION } from 'limpid';

const version: number = VERSION;
export default version;
