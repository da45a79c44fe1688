declare module "@jambonz/node-client";
declare module "plivo";
