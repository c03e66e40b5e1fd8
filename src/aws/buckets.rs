//! A private bucket of S3, and what is put into it. Each request says whose account the
//! bucket must be of: a name that was given up can be anybody's.

use std::time::Duration;

use http::StatusCode;
use roxmltree::Document;
use serde_json::json;

use super::s3::path;
use super::{Answer, Aws, DENIED, MAX_BYTES, Refusal, Request, Service};

/// The time for an upload: a program of some megabytes, over a slow line.
const UPLOAD: Duration = Duration::from_mins(10);

/// Public access in none of its four forms:
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PublicAccessBlockConfiguration.html>.
const PRIVATE: &str = "<PublicAccessBlockConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
    <BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls>\
    <BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets>\
    </PublicAccessBlockConfiguration>";

/// Encrypted with S3's own key, which costs nothing and needs no permission.
const ENCRYPTED: &str = "<ServerSideEncryptionConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
    <Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>\
    </ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>";

/// A bucket, and the account that it must be of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// The account's number.
    pub owner: String,
}

/// What a request does.
struct Does<'a> {
    method: &'static str,
    /// The object's key, or nothing.
    key: &'a str,
    /// What follows the question mark.
    query: &'a str,
    body: &'a [u8],
    doing: &'a str,
}

impl Aws {
    /// Whether the bucket exists. One of another account is a refusal: S3 answers 403.
    ///
    /// # Errors
    /// Where S3 cannot be asked, or refuses.
    pub async fn has_bucket(&self, bucket: &Bucket) -> Result<bool, Refusal> {
        self.is_there(bucket, Does::to("HEAD", "HeadBucket")).await
    }

    /// Makes the bucket; it may be there already.
    ///
    /// # Errors
    /// Where S3 cannot be asked, or refuses.
    pub async fn make_bucket(&self, bucket: &Bucket) -> Result<(), Refusal> {
        // This one region may not be named:
        // https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
        let place = match self.region() {
            "us-east-1" => String::new(),
            region => format!(
                "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
                 <LocationConstraint>{region}</LocationConstraint></CreateBucketConfiguration>"
            ),
        };
        let does = Does { body: place.as_bytes(), ..Does::to("PUT", "CreateBucket") };
        match self.bucket_request(bucket, does).await {
            Err(refusal) if refusal.is("BucketAlreadyOwnedByYou") => Ok(()),
            done => done.map(drop),
        }
    }

    /// Lets nobody else into the bucket, encrypts what is in it, and takes TLS only.
    ///
    /// # Errors
    /// Where S3 cannot be asked, or refuses.
    pub async fn protect_bucket(&self, bucket: &Bucket) -> Result<(), Refusal> {
        let partition = match self.region() {
            region if region.starts_with("cn-") => "aws-cn",
            region if region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        };
        let arn = format!("arn:{partition}:s3:::{}", bucket.name);
        let tls_only = json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [arn, format!("{arn}/*")],
                "Condition": { "Bool": { "aws:SecureTransport": "false" } },
            }],
        })
        .to_string();
        for (query, body, doing) in [
            ("publicAccessBlock=", PRIVATE, "PutPublicAccessBlock"),
            ("encryption=", ENCRYPTED, "PutBucketEncryption"),
            ("policy=", &*tls_only, "PutBucketPolicy"),
        ] {
            let does = Does { query, body: body.as_bytes(), ..Does::to("PUT", doing) };
            self.bucket_request(bucket, does).await?;
        }
        Ok(())
    }

    /// Whether the object exists.
    ///
    /// # Errors
    /// Where S3 cannot be asked, or refuses.
    pub async fn has_object(&self, bucket: &Bucket, key: &str) -> Result<bool, Refusal> {
        self.is_there(bucket, Does { key, ..Does::to("HEAD", "HeadObject") }).await
    }

    /// What is in the object; `None` if there is no such object, or no such bucket.
    ///
    /// # Errors
    /// Where S3 cannot be asked, or refuses.
    pub async fn get_object(&self, bucket: &Bucket, key: &str) -> Result<Option<Vec<u8>>, Refusal> {
        let does = Does { key, ..Does::to("GET", "GetObject") };
        match self.bucket_request(bucket, does).await {
            Ok(answer) => Ok(Some(answer.body)),
            Err(refusal) if refusal.is("NoSuchKey") || refusal.is("NoSuchBucket") => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }

    /// Puts `content` into the object.
    ///
    /// # Errors
    /// Where S3 cannot be asked, or refuses.
    pub async fn put_object(
        &self,
        bucket: &Bucket,
        key: &str,
        content: &[u8],
    ) -> Result<(), Refusal> {
        let does = Does { key, body: content, ..Does::to("PUT", "PutObject") };
        self.bucket_request(bucket, does).await.map(drop)
    }

    /// Deletes the object; it is not there afterwards.
    ///
    /// # Errors
    /// Where S3 cannot be asked, or refuses.
    pub async fn delete_object(&self, bucket: &Bucket, key: &str) -> Result<(), Refusal> {
        let does = Does { key, ..Does::to("DELETE", "DeleteObject") };
        self.bucket_request(bucket, does).await.map(drop)
    }

    /// The keys of the bucket's objects, a thousand at most; none if there is no bucket.
    ///
    /// # Errors
    /// Where S3 cannot be asked, or refuses.
    pub async fn some_objects(&self, bucket: &Bucket) -> Result<Vec<String>, Refusal> {
        let does = Does { query: "list-type=2", ..Does::to("GET", "ListObjectsV2") };
        let answer = match self.bucket_request(bucket, does).await {
            Err(refusal) if refusal.is("NoSuchBucket") => return Ok(Vec::new()),
            answer => answer?,
        };
        let unreadable = |problem: String| Refusal::of("ListObjectsV2", &problem);
        let text = answer.text().map_err(unreadable)?;
        let document = Document::parse(&text).map_err(|error| unreadable(error.to_string()))?;
        let keys = document.descendants().filter(|node| node.tag_name().name() == "Key");
        Ok(keys.filter_map(|node| node.text().map(str::to_owned)).collect())
    }

    /// Deletes the bucket, which must be empty; it is not there afterwards.
    ///
    /// # Errors
    /// Where S3 cannot be asked, or refuses.
    pub async fn delete_bucket(&self, bucket: &Bucket) -> Result<(), Refusal> {
        match self.bucket_request(bucket, Does::to("DELETE", "DeleteBucket")).await {
            Err(refusal) if refusal.is("NoSuchBucket") => Ok(()),
            done => done.map(drop),
        }
    }

    async fn is_there(&self, bucket: &Bucket, does: Does<'_>) -> Result<bool, Refusal> {
        let doing = does.doing.to_owned();
        let answer = self.bucket_answer(bucket, does).await?;
        match answer.status {
            StatusCode::NOT_FOUND => Ok(false),
            status if status.is_success() => Ok(true),
            // An answer to HEAD has no body that could name the code:
            // https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
            StatusCode::FORBIDDEN => {
                let problem = StatusCode::FORBIDDEN.to_string();
                Err(Refusal { doing, code: Some(DENIED.to_owned()), problem })
            }
            status => Err(Refusal { doing, code: None, problem: status.to_string() }),
        }
    }

    async fn bucket_request(&self, bucket: &Bucket, does: Does<'_>) -> Result<Answer, Refusal> {
        let doing = does.doing.to_owned();
        let answer = self.bucket_answer(bucket, does).await?;
        if answer.status.is_success() {
            return Ok(answer);
        }
        Err(Refusal { doing, code: answer.code(), problem: answer.problem() })
    }

    async fn bucket_answer(&self, bucket: &Bucket, does: Does<'_>) -> Result<Answer, Refusal> {
        let Does { method, key, query, body, doing } = does;
        let refused = |problem: String| Refusal::of(doing, &problem);
        let mut path = path(&bucket.name, key).map_err(refused)?;
        if key.is_empty() {
            path.pop();
        }
        if !query.is_empty() {
            path = format!("{path}?{query}");
        }
        let mut headers = Vec::new();
        // A bucket that is yet to be made has no owner to compare.
        if doing != "CreateBucket" {
            headers.push(("x-amz-expected-bucket-owner", &*bucket.owner));
        }
        let is_upload = body.len() > UPLOAD_FROM;
        let patience = is_upload.then_some(UPLOAD);
        let request =
            Request { method, path, headers, body: body.to_vec(), limit: MAX_BYTES, patience };
        self.ask(Service::S3, &request).await.map_err(refused)
    }
}

/// From how many bytes on a request has the time of an upload.
const UPLOAD_FROM: usize = 64 << 10;

impl<'a> Does<'a> {
    fn to(method: &'static str, doing: &'a str) -> Self {
        Self { method, key: "", query: "", body: &[], doing }
    }
}
